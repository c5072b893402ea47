/** After jest's own report: a line for each suite that was skipped, with the reason from its name, and the sums. */
export default class Closing {
  onRunComplete(_contexts, results) {
    const skipped = new Map();
    for (const file of results.testResults) {
      for (const { status, ancestorTitles, title } of file.testResults) {
        if (status !== 'pending') continue;
        const suite = ancestorTitles[0] ?? title;
        skipped.set(suite, (skipped.get(suite) ?? 0) + 1);
      }
    }
    for (const [suite, tests] of skipped) process.stdout.write(`skipped: ${suite} [${tests} tests]\n`);
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = results;
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    process.stdout.write(`${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped\n`);
  }
}
