import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, CDPSession, Page } from '@playwright/test';
import { Api, Parcel, PASSWORD } from '../support/api';
import { expectAccessible } from '../support/accessibility';
import { Server } from '../support/server';
import { expect, live, open, signIn, test } from '../support/test';

const CUSTOMER = 'customer2@demo.test';
const COURIER = 'courier2@demo.test';

const badge = (page: Page) => page.locator('.bell__badge');
const line = (page: Page, parcel: Parcel) => page.locator('.told__line').filter({ hasText: parcel.reference });

test('what happens to a parcel is behind the bell, live, on every device', async ({ page, browser, server }) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A music box');
  const customer = await Api.signIn(server.url, CUSTOMER);
  await customer.done('DELETE', '/notifications');
  const phone = await browser.newContext({ baseURL: server.url });
  const other = await phone.newPage();
  await signIn(other, CUSTOMER);
  await open(other, '/notifications');
  await signIn(page, CUSTOMER);
  await expect(page.getByRole('heading', { name: 'Your deliveries' })).toBeVisible();
  await expect(badge(page)).toHaveCount(0);
  await expect(other.getByText('Nothing new')).toBeVisible();
  await live(page);

  await parcel.step('out_for_delivery');
  await expect(badge(page)).toHaveText('1');
  await expect(line(other, parcel)).toContainText('Your package is out for delivery.');
  await expect(line(other, parcel)).toContainText('A music box');
  await expectAccessible(other);
  await page.getByRole('link', { name: /Notifications/ }).click();
  await line(page, parcel).getByRole('link').click();
  await page.waitForURL(`**/deliveries/${parcel.reference}`);
  await expect(badge(page)).toHaveCount(0);
  await expect(badge(other)).toHaveCount(0);

  await parcel.deliver();
  await expect(badge(other)).toHaveText('1');
  await other.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(badge(page)).toHaveCount(0);
  await line(other, parcel).getByRole('button', { name: /^Clear: Your package was delivered/ }).click();
  await expect(line(other, parcel)).toHaveCount(1);
  await other.getByRole('button', { name: 'Clear all' }).click();
  await expect(other.getByText('Nothing new')).toBeVisible();
  await phone.close();
});

test('two devices show the same choices, and what was turned off is not told', async ({ page, browser, server }) => {
  const phone = await browser.newContext({ baseURL: server.url });
  const other = await phone.newPage();
  await signIn(page, CUSTOMER);
  await open(page, '/notifications/preferences');
  await signIn(other, CUSTOMER);
  await open(other, '/notifications/preferences');
  const cell = (on: Page, name: string) => on.getByRole('checkbox', { name, exact: true });
  await expect(cell(page, 'Not delivered: In the app')).toBeChecked();
  await cell(page, 'Not delivered: In the app').uncheck({ force: true });
  await expect(cell(other, 'Not delivered: In the app')).not.toBeChecked();
  await cell(other, 'Delivered: E-mail').uncheck({ force: true });
  await expect(cell(page, 'Delivered: E-mail')).not.toBeChecked();
  await page.getByLabel('Keep quiet').check({ force: true });
  await expect(other.getByLabel('Keep quiet')).toBeChecked();
  await page.getByLabel('From', { exact: true }).fill('21:30');
  await page.getByLabel('From', { exact: true }).blur();
  await expect(other.getByLabel('From', { exact: true })).toHaveValue('21:30');
  await page.getByRole('button', { name: 'Send a test: In the app' }).click();
  await expect(page.getByText('A test is on its way.')).toBeVisible();
  await expect(badge(other)).toBeVisible();
  await other.getByLabel('Keep quiet').uncheck({ force: true });
  await expect(page.getByLabel('Keep quiet')).not.toBeChecked();
  await expectAccessible(page);

  const customer = await Api.signIn(server.url, CUSTOMER);
  await customer.done('DELETE', '/notifications');
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A quiet clock');
  await parcel.step('out_for_delivery');
  await parcel.step('failed', { reason: 'nobody_home' });
  const { notifications } = await customer.done<{ notifications: { kind: string }[] }>('GET', '/notifications');
  expect(notifications.map(({ kind }) => kind)).toEqual(['out_for_delivery']);
  await parcel.step('out_for_delivery');
  // The news of the moment lie over the page until they are read.
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await cell(page, 'Not delivered: In the app').check({ force: true });
  await cell(page, 'Delivered: E-mail').check({ force: true });
  await expect(cell(other, 'Delivered: E-mail')).toBeChecked();
  await phone.close();
});

test('a letter’s way out works without signing in, and only when it is pressed', async ({ page, server }) => {
  const customer = await Api.signIn(server.url, 'customer@demo.test');
  const parcel = await Parcel.loaded(server.url, 'customer@demo.test', COURIER, 'A paper plane');
  await parcel.step('out_for_delivery');
  const admin = await Api.signIn(server.url, 'admin@demo.test');
  type Entry = { channel: string; kind: string; text?: string };
  const letter = async () => {
    const entries = await admin.done<Entry[]>('GET', '/notification-outbox');
    return entries.find(({ channel, text }) => channel === 'email' && text?.includes(parcel.reference))?.text;
  };
  await expect.poll(letter).toContain('Your package is out for delivery.');
  const path = (await letter())?.match(/\/unsubscribe\/\S+/)?.[0] ?? '';
  type Cell = { kind: string; channel: string; is_on: boolean };
  const isOn = async () => {
    const { choices } = await customer.done<{ choices: Cell[] }>('GET', '/notification-preferences');
    return choices.find(({ kind, channel }) => kind === 'out_for_delivery' && channel === 'email')?.is_on;
  };
  await open(page, path);
  await expect(page.getByText('Get no more “Out for delivery”')).toBeVisible();
  expect(await isOn()).toBe(true);
  await page.getByRole('button', { name: 'Stop them' }).click();
  await expect(page.getByText('Done: no more “Out for delivery” by E-mail.')).toBeVisible();
  expect(await isOn()).toBe(false);

  await signIn(page, 'admin@demo.test');
  await open(page, '/admin');
  await expect(page.getByRole('heading', { name: 'Notifications that were not sent' })).toBeVisible();
  await expect(page.locator('.case__letter').filter({ hasText: parcel.reference }).first()).toBeVisible();
});

/** Lets the push worker get a message as the browser's push service would deliver it. */
async function push(context: BrowserContext, page: Page, url: string, news: unknown): Promise<void> {
  const session: CDPSession = await context.newCDPSession(page);
  const versions: { registrationId: string; scopeURL: string }[] = [];
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => versions.push(...registrations));
  await session.send('ServiceWorker.enable');
  const found = () => versions.find(({ scopeURL }) => scopeURL === `${url}/push/`)?.registrationId;
  await expect.poll(found).toBeTruthy();
  await session.send('ServiceWorker.deliverPushMessage', {
    origin: url,
    registrationId: found() ?? '',
    data: JSON.stringify(news),
  });
  await session.detach();
}

test('a push is shown once, and a click opens the page it is about', async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url });
  await context.grantPermissions(['notifications'], { origin: server.url });
  const page = await context.newPage();
  await signIn(page, CUSTOMER);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A kite');
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.register('/push-worker.js', { scope: '/push/' });
    while (!registration.active) await new Promise((again) => setTimeout(again, 20));
  });
  const path = `/deliveries/${parcel.reference}`;
  const news = {
    id: 'ntf_1',
    title: 'Your package is out for delivery.',
    body: 'A kite',
    path,
    actions: [
      { action: 'track', title: 'Follow it live', path },
      { action: 'hold', title: 'Hold at a post office', path: `${path}?open=hold` },
    ],
  };
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/push/');
      const all = (await registration?.getNotifications()) ?? [];
      return all.map(({ title, body, tag }) => ({ title, body, tag }));
    });
  for (let times = 0; times < 2; times += 1) await push(context, page, server.url, news);
  await expect.poll(shown).toEqual([{ title: news.title, body: 'A kite', tag: 'ntf_1' }]);

  // What the browser does when somebody presses it.
  const worker = context.serviceWorkers().find((found) => found.url().endsWith('/push-worker.js'));
  expect(worker).toBeTruthy();
  const press = (action: string) =>
    worker?.evaluate(async (action) => {
      const [notification] = await registration.getNotifications();
      // A worker may open a window only for a press, which a test can't make: what it would open is noted.
      const opened = new Promise<string>((found) => {
        clients.openWindow = async (path: string) => void found(path);
      });
      dispatchEvent(new NotificationEvent('notificationclick', { notification, action }));
      return opened;
    }, action);
  expect(await press('track')).toBe(path);
  await expect.poll(shown).toEqual([]);
  // Of messages that DevTools delivers, one in a dozen was never shown here: told again, it is the same one.
  const pushAnother = () => push(context, page, server.url, { ...news, id: 'ntf_2' });
  await expect.poll(() => pushAnother().then(shown)).toHaveLength(1);
  expect(await press('hold')).toBe(`${path}?open=hold`);
  await context.close();
});

test('a notification leads into the chat, also past the entrance, and to the post offices', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A spinning top');
  await parcel.step('out_for_delivery');
  await open(page, `/deliveries/${parcel.reference}?open=chat`);
  await page.waitForURL('**/sign-in?**');
  await page.getByLabel('E-mail').fill(CUSTOMER);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('dialog', { name: /^Chat with/ })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/deliveries/${parcel.reference}$`));
  await open(page, `/deliveries/${parcel.reference}?open=hold`);
  await expect(page.getByText('Where shall it wait for you?')).toBeVisible();
});

test('a subscription that the browser’s service renewed goes on', async ({ browser }) => {
  const asked: string[] = [];
  const service = createServer((request, answer) => {
    asked.push(request.url ?? '');
    request.resume().on('end', () => answer.writeHead(201).end());
  });
  await new Promise<void>((listening) => service.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const server = await Server.start({
    PORCHLIGHT_PUSH_SERVICES: origin,
    PORCHLIGHT_PUSH_CONTACT: 'mailto:operations@example.org',
  });
  const context = await browser.newContext({ baseURL: server.url });
  try {
    const page = await context.newPage();
    await signIn(page, CUSTOMER);
    // The keys of RFC 8291, appendix A.
    const keys = {
      p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    };
    const tell = (path: string, data: unknown) =>
      page.evaluate(
        async ([path, body]) => {
          const headers = { 'content-type': 'application/json' };
          return (await fetch(`/api/v1/${path}`, { method: 'POST', headers, body })).status;
        },
        [path, JSON.stringify(data)] as const,
      );
    expect(await tell('push-subscriptions', { endpoint: `${origin}/old`, keys })).toBeLessThan(300);
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.register('/push-worker.js', { scope: '/push/' });
      while (!registration.active) await new Promise((again) => setTimeout(again, 20));
    });
    const worker = () => context.serviceWorkers().find((found) => found.url().endsWith('/push-worker.js'));
    await expect.poll(worker).toBeTruthy();
    await worker()?.evaluate(
      ({ origin, keys }) => {
        const renewed = { toJSON: () => ({ endpoint: `${origin}/new`, keys }) };
        const event = new ExtendableEvent('pushsubscriptionchange');
        const changed = { oldSubscription: { endpoint: `${origin}/old` }, newSubscription: renewed };
        dispatchEvent(Object.assign(event, changed));
      },
      { origin, keys },
    );
    const test = { channel: 'push' };
    await expect
      .poll(async () => {
        await tell('notification-preferences/test', test);
        return asked.at(-1);
      })
      .toBe('/new');
  } finally {
    await context.close();
    await server.stop();
    service.close();
  }
});

test('what a browser was told about notifications is explained', async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, permissions: [] });
  const page = await context.newPage();
  await page.addInitScript(() => {
    Object.defineProperty(Notification, 'permission', { get: () => 'denied' });
  });
  await signIn(page, CUSTOMER);
  await open(page, '/notifications/preferences');
  await expect(page.getByText('This browser was told not to show notifications of Porchlight.')).toBeVisible();
  await page.evaluate(() => {
    Object.defineProperty(Notification, 'permission', { get: () => 'default' });
    window.dispatchEvent(new Event('focus'));
  });
  await expect(page.getByText('This browser can tell you when something happens')).toBeVisible();
  await context.close();
});
