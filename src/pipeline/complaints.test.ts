import { expect, test } from 'vitest';
import { openComplaints } from './complaints.ts';

test('files are told together, by reason, and again only where something is new', () => {
  const said: string[] = [];
  const { stays, about, tell } = openComplaints((line) => said.push(line));
  for (let hour = 0; hour < 3; hour++) {
    for (const name of ['c', 'a', 'b']) stays(`/log/${name}`, 'EOWNER');
    stays('/log/d', 'ENOSPC');
    about('clock', 'the clock');
    tell();
  }
  const owner = 'it belongs to another user (EOWNER): give it to the user that runs httplog, or move it away';
  const space = 'no space left on the device (ENOSPC): make room';
  const once = [
    'the clock',
    `/log/a and 2 more: ${owner}; they stay as they are`,
    `/log/d: ${space}; it stays as it is`,
  ];
  expect(said).toEqual(once);
  stays('/log/c', 'EOWNER');
  about('clock', 'another clock');
  tell();
  expect(said.slice(3)).toEqual(['another clock', `/log/c: ${owner}; it stays as it is`]);
});
