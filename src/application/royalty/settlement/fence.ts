/** Whether a position is at or before the fence; both are decimal strings. */
export const isReached = (position: string, fence: string): boolean =>
  position.length === fence.length ? position <= fence : position.length < fence.length;
