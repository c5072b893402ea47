/**
 * An id as events carry it: 1 to 128 of `A-Z a-z 0-9 . _ : @ -`, most often a UUID. Without `|`, `/` and blanks, so
 * that keys can be joined from ids and ids can stand in a path.
 */
export const isId = (text: string): boolean => /^[\w.:@-]{1,128}$/.test(text);
