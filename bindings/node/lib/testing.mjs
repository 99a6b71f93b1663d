// The same objects as require('bonin/testing').
import testing from './testing.cjs';

export default testing;
export const { Stage, allowed, assertAllowed, assertDenied, denied, registry, start, verification } = testing;
