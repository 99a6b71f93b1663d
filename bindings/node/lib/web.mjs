// The same objects as require('bonin/web').
import web from './web.cjs';

export default web;
export const { identityHandler, refusalOf, requireIdentity } = web;
