import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Server } from './server';

/** Two servers on one PostgreSQL and one Redis, as an operator runs them behind a balancer. */
export class Instances {
  private constructor(
    readonly settings: Record<string, string>,
    readonly one: Server,
    readonly other: Server,
  ) {}

  /** Starts both on a database of their own. Needs the services of `setup/with-services.sh`. */
  static async start(): Promise<Instances> {
    const postgres = new URL(required('PORCHLIGHT_TEST_POSTGRES_URL'));
    const name = `journey_${randomUUID().replaceAll('-', '')}`;
    execFileSync('psql', [postgres.href, '--quiet', '--command', `create database ${name}`]);
    postgres.pathname = `/${name}`;
    const settings = {
      PORCHLIGHT_DATABASE_URL: postgres.href,
      PORCHLIGHT_REDIS_URL: required('PORCHLIGHT_TEST_REDIS_URL'),
    };
    // One after the other: the first one makes the tables and the demo city's people.
    const one = await Server.start(settings);
    return new Instances(settings, one, await Server.start(settings));
  }

  /** Ends both and removes what they kept. */
  async stop(): Promise<void> {
    await this.one.stop();
    await this.other.stop();
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this beside setup/with-services.sh`);
  return value;
}
