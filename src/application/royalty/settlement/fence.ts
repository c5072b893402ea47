/** Whether a position, a decimal string as all are, is at the fence or before it. */
export const isReached = (position: string, fence: string): boolean =>
  position.length === fence.length ? position <= fence : position.length < fence.length;
