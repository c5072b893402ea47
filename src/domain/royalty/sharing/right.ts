/** Which right in a track a settlement pays for; the names are those under which shares are claimed. */
export type Right = 'recording' | 'mechanical';
