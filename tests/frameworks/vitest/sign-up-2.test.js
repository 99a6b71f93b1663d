// The same in a second file, so that a second worker loads the addon.
import './sign-up-1.test.js';
