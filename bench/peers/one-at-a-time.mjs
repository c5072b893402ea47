/** The same function, each call begun when the one before has ended. */
export const oneAtATime = (call) => {
  let last = Promise.resolve();
  return (...args) => {
    last = last.then(() => call(...args));
    return last;
  };
};
