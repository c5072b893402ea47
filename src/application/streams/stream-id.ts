/** The aggregate's id: what a stream's name has behind its category. */
export const streamIdOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);
