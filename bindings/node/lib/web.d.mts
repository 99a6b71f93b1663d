import * as web from './web.cjs';

export default web;
export * from './web.cjs';
