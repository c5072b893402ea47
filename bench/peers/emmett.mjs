/** How both of Emmett's stores take our events; their versions count from 1, ours from 0. */
export const appendTo = (store) => async (stream, expected, events) => {
  const expectedStreamVersion = expected < 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(expected + 1);
  await store.appendToStream(
    stream,
    events.map(({ id, type, data, metadata }) => ({ type, data: { id, ...data }, metadata })),
    { expectedStreamVersion },
  );
};
