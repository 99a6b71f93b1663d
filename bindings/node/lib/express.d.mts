import * as express from './express.cjs';

export default express;
export * from './express.cjs';
