/** ISO 3166-1 alpha-2 code in capitals: where the listener's account is at home. */
export type Territory = string;

/** The territory of a play whose country nobody recorded: ISO's user-assigned code for "unknown". */
export const UNKNOWN_TERRITORY: Territory = 'ZZ';

/** Form only: countries come and go, and facts of those that went must stay readable. */
export const isTerritory = (text: string): boolean => /^[A-Z]{2}$/.test(text);
