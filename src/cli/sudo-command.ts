/** A text as one word of a shell's command line. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The shell command that runs this program with these arguments as root; sudo need not find it in its own PATH. */
export function sudoCommand(program: string, values: readonly string[]): string {
  return ['sudo', program, ...values].map(shellWord).join(' ');
}
