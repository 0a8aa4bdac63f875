import { expect, test } from 'vitest';
import { attempting } from './attempting.ts';

test('what fails is said once, until it succeeds again', () => {
  const said: string[] = [];
  let failure: string | undefined = 'ENOMEM';
  const action = attempting(
    'nothing changes',
    (line) => said.push(line),
    () => {
      if (failure !== undefined) throw new Error(failure);
    },
  );
  action();
  action();
  expect(said).toEqual(['nothing changes: ENOMEM']);
  failure = undefined;
  action();
  failure = 'EMFILE';
  action();
  expect(said).toEqual(['nothing changes: ENOMEM', 'nothing changes: EMFILE']);
});
