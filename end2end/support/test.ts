import { type BrowserContext, type Page, test as base } from '@playwright/test';
import { Parcel, PASSWORD } from './api';
import { SERVER_LOG } from './failures';
import { Server } from './server';

/** What the browser itself says of an answer that does not come, or is none that was hoped for. */
const OF_THE_NETWORK = /^(Failed to load resource|WebSocket connection)/;

/** Console errors that a journey provokes on purpose, by pattern. */
export class ConsoleErrors {
  private readonly seen: string[] = [];
  private readonly expected: RegExp[] = [];

  /** Errors that match are part of the journey, such as a lost network. */
  expect(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  /** Notes every error of a browser's pages, those that match `unless` excepted. */
  watch(context: BrowserContext, unless?: RegExp): void {
    context.on('console', (message) => {
      if (message.type() !== 'error' || unless?.test(message.text())) return;
      this.seen.push(`${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.seen.push(error.error().stack ?? String(error.error())));
  }

  /** What the page complained about and the journey did not expect. */
  unexpected(): string[] {
    return this.seen.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
  }
}

type PerTest = { consoleErrors: ConsoleErrors; vans: void };
type PerWorker = { server: Server };

/**
 * Playwright's `test` with a running server. Any console error, uncaught exception or refused resource
 * fails the test: a hydration that went wrong shows nowhere else.
 */
export const test = base.extend<PerTest, PerWorker>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  consoleErrors: [
    async ({ browser, context, server }, use, info) => {
      const errors = new ConsoleErrors();
      errors.watch(context);
      // Whoever else takes part has a browser of their own, and often a network or a server that is taken from them.
      const makeContext = browser.newContext.bind(browser);
      browser.newContext = async (...options) => {
        const another = await makeContext(...options);
        errors.watch(another, OF_THE_NETWORK);
        return another;
      };
      await use(errors);
      browser.newContext = makeContext;
      if (info.status !== info.expectedStatus || errors.unexpected().length > 0) {
        await info.attach(SERVER_LOG, { body: server.output(), contentType: 'text/plain' });
      }
      base.expect(errors.unexpected(), 'errors in the browser console').toEqual([]);
    },
    { auto: true },
  ],
  vans: [
    async ({ server: _ }, use) => {
      await use();
      await Parcel.emptyVans();
    },
    { auto: true },
  ],
});

/** `test` with a server that no other journey knows: its desk may be locked, its shelf counted, its offices filled. */
export const alone = test.extend<{ own: Server }>({
  own: async ({ vans: _ }, use, info) => {
    const server = await Server.start();
    try {
      await use(server);
      await Parcel.emptyVans();
    } finally {
      if (info.status !== info.expectedStatus) {
        await info.attach(SERVER_LOG, { body: server.output(), contentType: 'text/plain' });
      }
      await server.stop();
    }
  },
  baseURL: async ({ own }, use) => use(own.url),
});

/** Opens `path` and waits until its buttons answer. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.locator('body[data-hydrated]').waitFor();
}

/** Loads the page anew and waits until its buttons answer: a press before that does nothing. */
export async function reload(page: Page): Promise<void> {
  await page.reload();
  await page.locator('body[data-hydrated]').waitFor();
}

/** Signs in through the form, as a person does. */
export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await open(page, '/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  await page.locator('body[data-hydrated]').waitFor();
}

/** Waits until the page hears of everything the moment it happens. */
export async function live(page: Page): Promise<void> {
  await page.locator('[data-link=live]').first().waitFor();
}

export { expect } from '@playwright/test';
