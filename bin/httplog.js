#!/usr/bin/env node
const { main } = require('../dist/bundle/cli/main.js');

main(process.argv.slice(2)).then(process.exit);
