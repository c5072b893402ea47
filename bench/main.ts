process.stdout.write('usage: npm run bench -- NAME\n');
