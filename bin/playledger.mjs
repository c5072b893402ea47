#!/usr/bin/env node
// Runs playledger on the Node.js that `npm ci` installs, whichever `node` runs this file.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/src/main.js', import.meta.url));
if (!existsSync(main)) {
  console.error('playledger is not built. Run "npm run build" first.');
  process.exit(2);
}

if (Number(process.versions.node.split('.')[0]) >= 26) {
  process.setSourceMapsEnabled(true);
  await import(main);
} else {
  const require = createRequire(import.meta.url);
  const os = process.platform === 'win32' ? 'win' : process.platform;
  const name = `${os === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${os}-${process.arch}`;
  let runtime;
  try {
    runtime = require.resolve(`${name}/bin/node${os === 'win' ? '.exe' : ''}`);
  } catch {
    console.error(
      `Node.js ${process.version} is too old (26 is required) and ${name} is not installed. Run "npm ci", or use Node.js 26.`,
    );
    process.exit(2);
  }
  const child = spawn(runtime, ['--enable-source-maps', main, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
