/** The aggregate's id: the part of a stream's name after its category. */
export const streamIdOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);
