/** Why a run can't begin: one line that says what to do. */
export class CannotRun extends Error {}
