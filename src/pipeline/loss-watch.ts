// Says, once when it begins and once when it ends, that lines are lost because the writer fell behind.
import type { Say } from './say.ts';

/** A watch that is told the number of such lines again and again. */
export function lossWatch(say: Say): (lost: number) => void {
  let before = 0;
  let begin = 0;
  return (lost) => {
    const losing = begin < before;
    if (lost > before && !losing) {
      begin = before;
      say('the writer falls behind: lines are lost until it has caught up', 'warning');
    } else if (lost === before && losing) {
      say(`the writer has caught up; lines lost meanwhile: ${lost - begin}`);
      begin = lost;
    }
    before = lost;
  };
}
