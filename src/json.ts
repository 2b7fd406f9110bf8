// Plain data, as JSON holds it.

/** A value of JSON. An attribute that is undefined is left out when it is written. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
