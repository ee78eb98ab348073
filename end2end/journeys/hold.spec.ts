import { expectAccessible } from '../support/accessibility';
import { Api, Parcel } from '../support/api';
import { Camera, picture } from '../support/door';
import { atTheOffice, check, CLERK, clerksOffice, COURIER, CUSTOMER, handOver, somebodyElse } from '../support/office';
import { expect, live, open, reload, signIn, test } from '../support/test';
import { Server } from '../support/server';

test('a parcel on its way goes to a post office and is collected there', async ({ page, browser, server }) => {
  // Three browsers, and axe on each page in both schemes.
  test.slow();
  const office = await clerksOffice(server.url);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A globe');
  await parcel.step('out_for_delivery');
  const { elsewhere, theirs: courier } = await somebodyElse(browser, server, COURIER);
  await open(courier, '/courier');
  await expect(courier.locator('.stop').filter({ hasText: parcel.reference })).toBeVisible();
  await expect(courier.locator('.drop-off')).toHaveCount(0);

  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await live(page);
  await page.getByRole('button', { name: 'Hold at a post office' }).click();
  await expect(page.locator('.offices .office')).toHaveCount(2);
  await expect(page.locator('.office-map .stop-mark')).toHaveCount(2);
  await expect(page.locator('.offices')).toContainText('on foot');
  await expectAccessible(page);
  // Beside the large map of the page, its own map stays with the list.
  await page.setViewportSize({ width: 1280, height: 900 });
  const width = async (part: string) => (await page.locator(part).boundingBox())?.width;
  await expect.poll(() => width('.office-map')).toBe(await width('.offices'));
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: `Hold it here: ${office.name}` }).click();
  await page.getByRole('button', { name: 'Hold it here', exact: true }).click();

  // Both screens change at once.
  const hold = page.locator('.hold');
  await expect(hold).toContainText('It goes to a post office');
  await expect(hold).toContainText(office.name);
  await expect(hold).toContainText('Kept until');
  const drop = courier.locator('.drop-off');
  await expect(drop).toContainText(`1 parcel for ${office.name}`);
  const stop = courier.locator('.stop').filter({ hasText: parcel.reference });
  await expect(stop).toContainText('Goes somewhere else now');
  await expectAccessible(courier);

  await drop.getByRole('button', { name: 'Drop them here' }).click();
  await drop.getByLabel('Or type PL-…').fill(parcel.reference);
  await drop.getByRole('button', { name: 'Drop', exact: true }).click();
  await expect(drop).toContainText('is dropped');
  await expect(page.getByRole('status').filter({ hasText: 'ready at the post office' })).toBeVisible({
    timeout: 20_000,
  });
  // It lies over the page, and the camera is to see the pass.
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.locator('.pass .qr')).toBeVisible();
  const code = (await page.locator('.pass__code').first().textContent()) ?? '';
  expect(code).toMatch(/^[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}$/);
  await expectAccessible(page);
  await elsewhere.close();

  const { elsewhere: atTheDesk, theirs: desk } = await somebodyElse(browser, server, CLERK);
  const camera = await Camera.of(atTheDesk, desk);
  await open(desk, '/desk');
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText(office.name);
  await expect(desk.locator('.shelf').first()).toContainText(parcel.reference);
  await desk.getByRole('button', { name: 'Scan the pass' }).first().click();
  await camera.see(await picture(page.locator('.pass .qr')));
  await expect(desk.locator('.presented')).toContainText(parcel.reference);
  await expect(desk.locator('.presented__name')).not.toBeEmpty();
  await expectAccessible(desk);
  await handOver(desk);
  await expect(desk.getByRole('status').filter({ hasText: `${parcel.reference} is handed over` })).toBeVisible();

  await expect(page.locator('.pass')).toHaveCount(0);
  await page.getByText('Everything that happened').click();
  await expect(page.locator('.history')).toContainText(`Ready to collect at ${office.name}`);
  await expect(page.locator('.history')).toContainText('Collected');

  // The events stand in the log with their seals, in this order.
  const customer = await Api.signIn(server.url, CUSTOMER);
  type Entry = { type: string; seq: number; hash: string };
  const entries = await customer.done<Entry[]>('GET', `/deliveries/${parcel.reference}/timeline`);
  const holds = entries.filter(({ type }) => type.startsWith('hold.'));
  expect(holds.map(({ type }) => type)).toEqual(['hold.requested', 'hold.confirmed', 'hold.ready', 'hold.collected']);
  expect(holds.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
  await atTheDesk.close();
});

test('wrong, used and mistyped codes open nothing', async ({ page, server, consoleErrors }) => {
  consoleErrors.expect(/409|422/);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A sextant');
  const { code } = await atTheOffice(server.url, CUSTOMER, parcel);
  await signIn(page, CLERK);
  await open(page, '/desk');
  const other = code.startsWith('0') ? `1${code.slice(1)}` : `0${code.slice(1)}`;
  await check(page, other);
  await expect(page.getByText('That is no pick-up code')).toBeVisible();
  await check(page, code.toLowerCase().replaceAll('-', ' '));
  await expect(page.locator('.presented')).toContainText(parcel.reference);
  await page.locator('.stop__act summary').click();
  await page.getByLabel('Why not?').fill('the document has run out');
  await page.getByRole('button', { name: 'Note the refusal' }).click();
  await expect(page.getByText(`${parcel.reference} stays here.`)).toBeVisible();
  await check(page, code);
  await handOver(page);
  await expect(page.getByText(`${parcel.reference} is handed over.`)).toBeVisible();
  await check(page, code);
  await expect(page.getByText('This parcel was handed over already')).toBeVisible();
});

test('a code for another post office opens nothing here', async ({ page, server, consoleErrors }) => {
  consoleErrors.expect(/409|422/);
  const here = await clerksOffice(server.url);
  const customer = await Api.signIn(server.url, CUSTOMER);
  const all = await customer.done<{ id: string; name: string }[]>('GET', '/post-offices?lat=60.1699&lon=24.9384');
  const there = all.find(({ id }) => id !== here.id);
  if (!there) throw new Error('the demo city has one post office only');
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'An astrolabe');
  const { code, pass } = await atTheOffice(server.url, CUSTOMER, parcel, there.id);
  await signIn(page, CLERK);
  await open(page, '/desk');
  await expect(page.getByRole('heading', { name: 'On the shelf' })).toBeVisible();
  await expect(page.locator('main')).not.toContainText(parcel.reference);
  // Whoever has its pass is told where to go; a code alone may have been guessed.
  await check(page, pass);
  await expect(page.getByText(`This parcel lies at another post office: ${there.name}`)).toBeVisible();
  await check(page, code);
  await expect(page.getByText(/That code is not right: \d tries left/)).toBeVisible();
  await expect(page.locator('.presented')).toHaveCount(0);
});

test('what nobody collects is recalled to mind, runs out, and goes back', async ({ browser }) => {
  // A server that is started three times.
  test.slow();
  const days = (count: number) => ({ PORCHLIGHT_DEMO_AHEAD_S: String(count * 24 * 3600) });
  const server = await Server.start();
  try {
    const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A metronome');
    const { code, pass } = await atTheOffice(server.url, CUSTOMER, parcel);
    // While its customer is signed in: nobody is after two weeks.
    await Parcel.emptyVans();
    const { theirs: customer } = await somebodyElse(browser, server, CUSTOMER);
    const { elsewhere: atTheDesk, theirs: desk } = await somebodyElse(browser, server, CLERK);
    const history = customer.locator('.history');
    const lookAgain = async () => {
      await open(customer, `/deliveries/${parcel.reference}`);
      await customer.getByText('Everything that happened').click();
    };

    await server.halt();
    await server.resume(days(12));
    await lookAgain();
    await expect(history).toContainText('You were reminded', { timeout: 40_000 });
    await expect(customer.locator('.pass__code').first()).toHaveText(code);
    await open(desk, '/desk');
    await check(desk, code);
    await expect(desk.locator('.presented')).toContainText(parcel.reference);

    await server.halt();
    await server.resume(days(16));
    await lookAgain();
    await expect(history).toContainText('Not collected in time', { timeout: 40_000 });
    await expect(customer.locator('.hold')).toContainText('goes back to its sender');
    await expect(customer.locator('.pass')).toHaveCount(0);
    await open(desk, '/desk');
    for (const told of [code, pass]) {
      await check(desk, told);
      await expect(desk.getByText('was not collected in time and goes back')).toBeVisible();
      await expect(desk.locator('.presented')).toHaveCount(0);
    }
    // Nor without a network, by what the desk knows.
    await atTheDesk.setOffline(true);
    await check(desk, pass);
    await expect(desk.getByText('This pass was used or called back')).toBeVisible();
    await atTheDesk.setOffline(false);

    const back = desk.locator('.shelf__line').filter({ hasText: parcel.reference });
    await back.getByRole('button', { name: 'It has left' }).click();
    await expect(back).toHaveCount(0);
    await expect(history).toContainText('It left the post office for its sender');
  } finally {
    await server.stop();
  }
});

test('a desk without a network checks the pass itself and tells the server later', async ({
  page,
  context,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A compass');
  await atTheOffice(server.url, CUSTOMER, parcel);
  const customer = await Api.signIn(server.url, CUSTOMER);
  const { pass } = await customer.done<{ pass: { pass: string; code: string } }>(
    'GET',
    `/deliveries/${parcel.reference}/hold`,
  );
  await signIn(page, CLERK);
  await open(page, '/desk');
  await expect(page.locator('.shelf').first()).toContainText(parcel.reference);
  await context.setOffline(true);
  await check(page, pass.code);
  await expect(page.getByText('Scan the pass instead')).toBeVisible();
  const last = pass.pass.at(-1) === '0' ? '1' : '0';
  await check(page, pass.pass.slice(0, -1) + last);
  await expect(page.getByText('This pass is not genuine')).toBeVisible();
  await check(page, pass.pass);
  await expect(page.getByText('the pass was checked on this device')).toBeVisible();
  await handOver(page);
  await expect(page.getByText('1 hand-over waits for the connection')).toBeVisible();
  await check(page, pass.pass);
  await expect(page.getByText('This pass was used or called back')).toBeVisible();
  await context.setOffline(false);
  const status = async () =>
    (await customer.done<{ status: string }>('GET', `/deliveries/${parcel.reference}`)).status;
  await expect.poll(status, { timeout: 30_000 }).toBe('picked_up');
  await expect(page.getByText('waits for the connection')).toHaveCount(0);
});

test.describe('five hours behind UTC', () => {
  test.use({ timezoneId: 'America/Bogota' });

  test('what is booked while they are away goes to a post office', async ({ page, server }) => {
    await signIn(page, CUSTOMER);
    await open(page, '/account');
    await page.getByLabel('Hold while I am away').check();
    const day = (days: number) => new Date(Date.now() + days * 86_400_000 - 5 * 3_600_000).toISOString().slice(0, 10);
    await page.getByLabel('From', { exact: true }).fill(day(0));
    await page.getByLabel('Until', { exact: true }).fill(day(7));
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved')).toBeVisible();
    await expectAccessible(page);
    // Days are those of the customer's own clock, now and when the page is opened again.
    const customer = await Api.signIn(server.url, CUSTOMER);
    const { away } = await customer.done<{ away: { from: string; to: string } }>('GET', '/hold-preferences');
    expect(away).toEqual({ from: `${day(0)}T05:00:00.000Z`, to: `${day(8)}T04:59:59.000Z` });
    await reload(page);
    await expect(page.getByLabel('Until', { exact: true })).toHaveValue(day(7));
    const parcel = await Parcel.booked(server.url, CUSTOMER, COURIER, 'A barometer');
    await open(page, `/deliveries/${parcel.reference}`);
    await expect(page.locator('.hold')).toContainText('It goes to a post office');
    await page.getByRole('button', { name: 'Bring it to my door after all' }).click();
    await expect(page.getByRole('button', { name: 'Hold at a post office' })).toBeVisible();
    await customer.done('PUT', '/hold-preferences', {
      office: null,
      always: false,
      away: null,
      never_at_the_door: false,
    });
  });
});

test('after a failure the courier brings it to a post office', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A telescope');
  await parcel.step('out_for_delivery');
  await parcel.step('failed', { reason: 'nobody_home' });
  await signIn(page, COURIER);
  await open(page, '/courier');
  const failed = page.locator('.done__stop').filter({ hasText: 'A telescope' });
  await failed.getByText('Bring it to a post office').click();
  await failed.locator('.to-office__list button').first().click();
  const drop = page.locator('.drop-off');
  await expect(drop).toContainText(parcel.reference);
  await drop.getByRole('button', { name: 'Drop them here' }).click();
  await drop.getByRole('button', { name: 'Drop all of them' }).click();
  const customer = await Api.signIn(server.url, CUSTOMER);
  const status = async () =>
    (await customer.done<{ status: string }>('GET', `/deliveries/${parcel.reference}`)).status;
  await expect.poll(status, { timeout: 30_000 }).toBe('held');
});
