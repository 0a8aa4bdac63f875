import type { Say } from './say.ts';

/**
 * Makes an action that never throws: what fails is said, once until it succeeds again, with what that means. For what the
 * system may refuse for a while (no memory, no descriptors) and a run shall survive.
 */
export function attempting(meaning: string, say: Say, action: () => void): () => void {
  let failing = false;
  return () => {
    try {
      action();
      failing = false;
    } catch (error) {
      if (!failing) say(`${meaning}: ${error instanceof Error ? error.message : String(error)}`, 'warning');
      failing = true;
    }
  };
}
