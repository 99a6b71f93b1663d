import * as nest from './nest.cjs';

export default nest;
export * from './nest.cjs';
