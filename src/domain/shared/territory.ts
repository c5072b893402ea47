/** ISO 3166-1 alpha-2 code in capitals: the home country of the listener's account. */
export type Territory = string;

/** The territory of a play whose country is not known: a user-assigned code of ISO 3166-1. */
export const UNKNOWN_TERRITORY: Territory = 'ZZ';

/** Checks the form only: codes are withdrawn, and events that carry one must stay readable. */
export const isTerritory = (text: string): boolean => /^[A-Z]{2}$/.test(text);
