import * as testing from './testing.cjs';

export default testing;
export * from './testing.cjs';
