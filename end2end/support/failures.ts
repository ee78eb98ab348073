import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

// Terminal colours: whoever reads a log later sees them as noise.
const COLOURS = /\u001b\[[0-9;]*m/g;

/** The name under which a failed journey's server log is attached. */
export const SERVER_LOG = 'server.log';

/** What the server itself took for an error: the lines and, of a panic, the one that follows. */
function complaints(result: TestResult): string[] {
  const logs = result.attachments.filter(({ name }) => name === SERVER_LOG).map(({ body }) => body?.toString() ?? '');
  const lines = logs.join('\n').replace(COLOURS, '').split('\n');
  const isOne = (line: string) => / ERROR | panicked at /.test(line);
  return lines.filter((line, at) => isOne(line) || / panicked at /.test(lines[at - 1] ?? '')).slice(-8);
}

/**
 * Says once more what failed and where, in a few lines and last of all: each failure prints much else, and the end of
 * a log is what people are shown.
 */
export default class Failures implements Reporter {
  private readonly failures: string[] = [];

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === test.expectedStatus || result.status === 'skipped') return;
    const errors = result.errors.map(({ message, location }) => {
      const where = location ? `${location.file}:${location.line}` : 'nowhere in particular';
      const text = (message ?? 'no message').replace(COLOURS, '').split('\n').slice(0, 12);
      return [`  ${where}`, ...text.map((line) => `    ${line}`)].join('\n');
    });
    const said = complaints(result);
    if (said.length > 0) errors.push(['  the server said', ...said.map((line) => `    ${line}`)].join('\n'));
    const title = test.titlePath().filter(Boolean).join(' › ');
    this.failures.push([`${title} (${result.status}, ${result.duration} ms)`, ...errors].join('\n'));
  }

  onEnd(): void {
    if (this.failures.length > 0) console.log(`\nWhat failed:\n${this.failures.join('\n')}`);
  }
}
