#!/usr/bin/env node
// Node's own SIGUSR1 opens its inspector.
process.on('SIGUSR1', () => {});
const { main } = require('../dist/bundle/cli/main.js');

main(process.argv.slice(2)).then(process.exit);
