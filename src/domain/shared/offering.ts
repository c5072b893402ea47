/** What the listener subscribes to (`premium`, `family`, `free`): a slug, 1 to 64 of `a-z 0-9 -`. */
export type Offering = string;

export const isOffering = (text: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(text);
