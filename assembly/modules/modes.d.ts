/** What the module that is compiled has: a file of the folder that its target in asconfig.json names. */
declare module 'modes' {
  /** Whether it has every mode, or the main one alone. A constant: what it excludes is not compiled. */
  export const EVERY_MODE: bool;
}
