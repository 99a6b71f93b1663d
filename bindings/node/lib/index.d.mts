import * as bonin from './index.cjs';

export default bonin;
export * from './index.cjs';
