/** Set while a bundle runs to be compiled: it must load what it otherwise loads by and by, so that this is compiled too. */
export const COMPILING_ENV = 'CCBOT_COMPILING';
