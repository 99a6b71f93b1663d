// The same objects as require('bonin/express').
import express from './express.cjs';

export default express;
export const { identityRouter, requireIdentity } = express;
