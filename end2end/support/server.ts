import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(__dirname, '../..');
const binary = process.env.PORCHLIGHT_BINARY ?? join(root, 'target/debug/porchlight');

/** How long a server may take until it listens; the demo city is imported in that time. */
const START_TIMEOUT_MS = 30_000;
/** How long a graceful shutdown may take before it is a failure. */
const STOP_TIMEOUT_MS = 10_000;

/** Asks a database, and prints the rows: Node has no SQLite of its own before its version 22. */
const ASK = `
import json, sqlite3, sys
with sqlite3.connect(sys.argv[1]) as database:
    print(json.dumps(database.execute(sys.argv[2]).fetchall()))
`;

/** A Porchlight server in demo mode, on a free port and with a data folder of its own. */
export class Server {
  private constructor(
    private process: ChildProcess,
    private readonly folder: string,
    private readonly log: string[],
    readonly url: string,
  ) {}

  /** Starts a server and waits until it says where it listens. `settings` are environment variables. */
  static async start(settings: Record<string, string> = {}): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), 'porchlight-e2e-'));
    const log: string[] = [];
    const { child, url } = await launch(folder, log, { PORCHLIGHT_LISTEN: '127.0.0.1:0', ...settings });
    return new Server(child, folder, log, url);
  }

  /** Ends the server and keeps its data: nobody can be reached any more. */
  async halt(): Promise<void> {
    if (!this.isRunning()) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  /** Ends the server as a power cut does. */
  async kill(): Promise<void> {
    if (!this.isRunning()) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }

  /** Starts the server again where it was, with the data it had. */
  async resume(settings: Record<string, string> = {}): Promise<void> {
    if (this.isRunning()) return;
    const address = { PORCHLIGHT_LISTEN: new URL(this.url).host };
    this.process = (await launch(this.folder, this.log, { ...address, ...settings })).child;
  }

  /** Lets the server fall silent: it can be reached and does not answer. */
  freeze(): void {
    this.process.kill('SIGSTOP');
  }

  /** Lets a silent server speak again. */
  thaw(): void {
    this.process.kill('SIGCONT');
  }

  private isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** What the server wrote last, for the report of a failed test. */
  output(): string {
    return this.log.join('\n');
  }

  /** Whether the words stand anywhere in what the server stores. */
  stores(words: string): boolean {
    const files = readdirSync(this.folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    return files.some((file) => readFileSync(join(file.parentPath, file.name)).includes(words));
  }

  /** Asks or changes what the server has stored, past the server, as whoever has its disk can. */
  database(statement: string): unknown[][] {
    const file = join(this.folder, 'porchlight.db');
    return JSON.parse(execFileSync('python3', ['-c', ASK, file, statement], { encoding: 'utf8' }));
  }

  /** What `porchlight verify-log` says of the events that the server has stored. */
  verifyLog(): { isWhole: boolean; said: string } {
    const env = { ...process.env, PORCHLIGHT_DATA_DIR: this.folder };
    const { status, stdout, stderr } = spawnSync(binary, ['verify-log'], { cwd: root, env, encoding: 'utf8' });
    return { isWhole: status === 0, said: `${stdout}${stderr}` };
  }

  /** Asks the server to end, waits for it, and removes its data. */
  async stop(): Promise<void> {
    await this.halt();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

type Launched = { child: ChildProcess; url: string };

async function launch(folder: string, log: string[], settings: Record<string, string>): Promise<Launched> {
  const child = spawn(binary, ['serve', '--demo'], {
    cwd: root,
    env: {
      ...process.env,
      PORCHLIGHT_DATA_DIR: folder,
      // Nobody drives unless a journey says so: it moves its own couriers.
      PORCHLIGHT_DEMO_COURIERS: '0',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const keep = (line: string) => {
    log.push(line);
    if (log.length > 500) log.shift();
  };
  createInterface({ input: child.stderr }).on('line', keep);
  const output = createInterface({ input: child.stdout }).on('line', keep);

  const url = await new Promise<string>((found, failed) => {
    const fail = (why: string) => failed(new Error(`${why}\n${log.join('\n')}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail('The server did not say in time where it listens.');
    }, START_TIMEOUT_MS);
    child.once('error', (error) => fail(`${binary} does not start: ${error.message}`));
    child.once('exit', (code) => fail(`The server ended with ${code} before it listened.`));
    output.on('line', (line) => {
      const address = line.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (!address) return;
      clearTimeout(timer);
      found(address[0]);
    });
  });
  child.removeAllListeners('exit');
  return { child, url };
}
