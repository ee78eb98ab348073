import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessibility';
import { Api, Parcel } from '../support/api';
import {
  ADMIN,
  atTheOffice,
  check,
  CLERK,
  clerksOffice,
  collect,
  COURIER,
  CUSTOMER,
  handOver,
  somebodyElse,
} from '../support/office';
import { alone, expect, live, open, reload, signIn, test } from '../support/test';

const NEIGHBOUR = 'resident@demo.test';
const MAIN_OFFICE = { name: 'Pääposti', lat: 60.1716419, lon: 24.9385433 };

/** Opens the page of a delivery and asks where it could wait. */
async function choose(page: Page, parcel: Parcel): Promise<void> {
  await open(page, `/deliveries/${parcel.reference}`);
  await live(page);
  await page.getByRole('button', { name: 'Hold at a post office' }).click();
  await expect(page.locator('.offices .office')).toHaveCount(2);
}

/** The names of the offices that are offered, in their order. */
const offered = (page: Page) => page.locator('.offices .office__name');

test('a post office is found by postcode, by address and by where the customer is', async ({
  page,
  context,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/422/);
  const office = await clerksOffice(server.url);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A lantern');
  await parcel.step('out_for_delivery');
  await signIn(page, CUSTOMER);
  await choose(page, parcel);
  const search = async (text: string) => {
    await page.getByLabel('Address or postcode').fill(text);
    await page.getByRole('button', { name: 'Search', exact: true }).click();
  };
  const nearDoor = [office.name, MAIN_OFFICE.name];
  const nearStation = [MAIN_OFFICE.name, office.name];
  const way = page.locator('.offices .office').first().locator('.office__more');
  await expect(offered(page)).toHaveText(nearDoor);
  await search('00100');
  await expect(offered(page)).toHaveText(nearStation);
  await search('00120');
  await expect(offered(page)).toHaveText(nearDoor);
  await search('Mannerheiminaukio 1');
  await expect(offered(page)).toHaveText(nearStation);
  await expect(way).toContainText('60 m on foot');

  // What is not on the map leaves what is shown.
  await search('Nowhere 1');
  const said = page.locator('.hold__said');
  await expect(said).toHaveText('That address or postcode is not on our map.');
  await expect(offered(page)).toHaveText(nearStation);
  await expectAccessible(page);
  await search('');
  await expect(offered(page)).toHaveText(nearDoor);
  await expect(said).toBeEmpty();

  // Not before they allow it, and then from where they stand.
  await page.getByRole('button', { name: 'Near me' }).click();
  await expect(said).toHaveText('Your browser does not say where you are. Type an address instead.');
  await expect(offered(page)).toHaveText(nearDoor);
  await context.grantPermissions(['geolocation']);
  await context.setGeolocation({ latitude: MAIN_OFFICE.lat, longitude: MAIN_OFFICE.lon });
  await page.getByRole('button', { name: 'Near me' }).click();
  await expect(offered(page)).toHaveText(nearStation);
  await page.getByRole('button', { name: `Hold it here: ${MAIN_OFFICE.name}` }).click();
  await page.getByRole('button', { name: 'Hold it here', exact: true }).click();
  await expect(page.locator('.hold')).toContainText('It goes to a post office');
  await expect(page.locator('.hold .office__name')).toHaveText(MAIN_OFFICE.name);
});

test('what a customer looks for stays while something happens to the parcel', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A compass rose');
  await parcel.step('out_for_delivery');
  await signIn(page, CUSTOMER);
  await choose(page, parcel);
  await page.getByLabel('Address or postcode').fill('00100');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(offered(page).first()).toHaveText(MAIN_OFFICE.name);
  await page.getByRole('button', { name: `Hold it here: ${MAIN_OFFICE.name}` }).click();
  const chosen = page.locator('.office--chosen .office__name');
  await expect(chosen).toHaveText(MAIN_OFFICE.name);

  const customer = await Api.signIn(server.url, CUSTOMER);
  await customer.done('POST', `/deliveries/${parcel.reference}/instructions`, { kind: 'never_leave' });
  await page.getByText('Everything that happened').click();
  await expect(page.locator('.history')).toContainText('Never leave');
  await expect(chosen).toHaveText(MAIN_OFFICE.name);
  await expect(offered(page).first()).toHaveText(MAIN_OFFICE.name);
});

alone('of two customers who want the last place one gets it and the other is offered another', async ({
  page,
  browser,
  own,
  consoleErrors,
}) => {
  consoleErrors.expect(/409/);
  const office = await clerksOffice(own.url);
  const admin = await Api.signIn(own.url, ADMIN);
  type Settings = { office: { id: string }; used: number };
  const used = async () => {
    const all = await admin.done<Settings[]>('GET', '/post-office-settings');
    return all.find(({ office: { id } }) => id === office.id)!.used;
  };
  await admin.done('PUT', `/post-offices/${office.id}`, { capacity: (await used()) + 1 });
  const { elsewhere, theirs } = await somebodyElse(browser, own, NEIGHBOUR);
  await signIn(page, CUSTOMER);
  const first = await Parcel.loaded(own.url, CUSTOMER, COURIER, 'A barrel organ');
  const second = await Parcel.loaded(own.url, NEIGHBOUR, 'courier@demo.test', 'A gramophone');
  for (const parcel of [first, second]) {
    await parcel.step('out_for_delivery');
    const at = parcel === first ? page : theirs;
    await choose(at, parcel);
    await expect(at.locator('.office__space').first()).toHaveText('Room for 1 more');
    await at.getByRole('button', { name: `Hold it here: ${office.name}` }).click();
  }
  const confirm = (at: Page) => at.getByRole('button', { name: 'Hold it here', exact: true }).click();
  await Promise.all([confirm(page), confirm(theirs)]);

  const won = (at: Page) => at.locator('.hold').getByText('It goes to a post office');
  const lost = (at: Page) => at.locator('.office__space').getByText('No room left');
  for (const at of [page, theirs]) await expect(won(at).or(lost(at))).toBeVisible();
  const [winner, loser] = (await won(page).isVisible()) ? [page, theirs] : [theirs, page];
  await expect(won(winner)).toBeVisible();
  await expect(winner.locator('.hold .office__name')).toHaveText(office.name);
  await expect(lost(loser)).toBeVisible();
  await expect(loser.locator('.hold__said')).toContainText('has no room left');
  await expect(offered(loser)).toHaveText([office.name, MAIN_OFFICE.name]);
  await expect(loser.getByRole('button', { name: `Hold it here: ${office.name}` })).toHaveCount(0);
  await expectAccessible(loser);
  await loser.getByRole('button', { name: `Hold it here: ${MAIN_OFFICE.name}` }).click();
  await confirm(loser);
  await expect(won(loser)).toBeVisible();
  await expect(loser.locator('.hold .office__name')).toHaveText(MAIN_OFFICE.name);
  await expect(winner.locator('.hold .office__name')).toHaveText(office.name);
  expect(await used()).toBe(1);
  await elsewhere.close();
});

test('a parcel is kept for a week longer, once', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A perpetual calendar');
  const { code } = await atTheOffice(server.url, CUSTOMER, parcel);
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  const until = page.locator('.pass__until time');
  const pass = page.locator('.pass .qr path');
  await expect(until).toBeVisible();
  const before = Date.parse((await until.getAttribute('datetime')) ?? '');
  const [words, drawn] = [await until.textContent(), await pass.getAttribute('d')];
  await page.getByRole('button', { name: 'Keep it a week longer' }).click();
  await expect(until).toHaveAttribute('datetime', new Date(before + 7 * 86_400_000).toISOString());
  await expect(until).not.toHaveText(words ?? '');
  await expect(page.getByRole('button', { name: 'Keep it a week longer' })).toHaveCount(0);
  // The day stands in the pass, which is another one now; the code stays.
  await expect(pass).not.toHaveAttribute('d', drawn ?? '');
  await expect(page.locator('.pass__code').first()).toHaveText(code);
  await page.getByText('Everything that happened').click();
  await expect(page.locator('.history')).toContainText('It is kept for longer');

  const customer = await Api.signIn(server.url, CUSTOMER);
  const again = await customer.call('POST', `/deliveries/${parcel.reference}/hold/extension`);
  expect([again.status, (await again.json()).detail]).toEqual([409, 'it is kept for longer already']);
  await reload(page);
  await expect(until).toHaveAttribute('datetime', new Date(before + 7 * 86_400_000).toISOString());
  await expect(page.getByRole('button', { name: 'Keep it a week longer' })).toHaveCount(0);
  await collect(server.url, code);
});

test('somebody else collects with a code of their own until it is called back', async ({
  page,
  browser,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/409/);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A spinning wheel');
  const { code } = await atTheOffice(server.url, CUSTOMER, parcel);
  const { elsewhere, theirs: desk } = await somebodyElse(browser, server, CLERK);
  await open(desk, '/desk');
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await page.getByText('Everything that happened').click();
  const history = page.locator('.history');
  const named = (name: string) => page.locator('.delegate').filter({ hasText: name });
  const nameOne = async (name: string): Promise<string> => {
    const panel = page.locator('.delegates');
    if ((await panel.getAttribute('open')) === null) await panel.getByText('Somebody else collects it').click();
    await page.getByLabel('Their full name').fill(name);
    await page.getByRole('button', { name: 'Make their code' }).click();
    await expect(named(name).locator('.qr')).toBeVisible();
    const theirs = (await named(name).locator('.pass__code').textContent()) ?? '';
    expect(theirs).toMatch(/^[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}$/);
    expect(theirs).not.toBe(code);
    return theirs;
  };

  const first = await nameOne('Saimi Laakso');
  await expect(history).toContainText('Saimi Laakso may collect it');
  await expectAccessible(page);
  await check(desk, first);
  await expect(desk.locator('.presented__name')).toHaveText('Saimi Laakso');
  await expect(desk.locator('.presented')).toContainText('collects for Mikael Lindqvist');
  await expectAccessible(desk);
  await desk.getByRole('button', { name: 'Cancel' }).click();

  await named('Saimi Laakso').getByRole('button', { name: 'Call back' }).click();
  await expect(named('Saimi Laakso')).toHaveCount(0);
  await expect(history).toContainText('Saimi Laakso may not collect it any more');
  await check(desk, first);
  await expect(desk.getByText('This code was called back.')).toBeVisible();
  await expect(desk.locator('.presented')).toHaveCount(0);

  const second = await nameOne('Eero Niemi');
  await check(desk, second);
  await expect(desk.locator('.presented__name')).toHaveText('Eero Niemi');
  await handOver(desk);
  await expect(desk.getByText(`${parcel.reference} is handed over.`)).toBeVisible();
  await expect(page.locator('.pass')).toHaveCount(0);
  await expect(history).toContainText('Eero Niemi may collect it');
  await expect(history).toContainText('Taken by Eero Niemi.');
  // Of all its codes only one was good, and once.
  for (const told of [second, code]) {
    await check(desk, told);
    await expect(desk.getByText('This parcel was handed over already.')).toBeVisible();
  }
  await elsewhere.close();
});

test('the pass is on paper, in a file, and on the screen without a network', async ({
  page,
  context,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A paper lantern');
  const { code } = await atTheOffice(server.url, CUSTOMER, parcel);
  const { name } = await clerksOffice(server.url);
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await live(page);
  const pass = page.locator('.pass');
  await expect(pass.locator('.pass__code')).toHaveText(code);

  // `print` opens a window of the browser's own, which nobody is there to close.
  await page.evaluate(() => Object.assign(window, { print: () => document.body.setAttribute('data-printed', '') }));
  await page.getByRole('button', { name: 'Print the pass' }).click();
  await expect(page.locator('body[data-printed]')).toHaveCount(1);
  await page.emulateMedia({ media: 'print' });
  await expect(pass.locator('.qr')).toBeVisible();
  await expect(pass.locator('.pass__code')).toBeVisible();
  await expect(pass.locator('.office__address')).toBeVisible();
  await expect(pass.locator('.pass__until')).toBeVisible();
  for (const rest of ['.header', '.pass__actions', '.pass__screen', '.delegates', '.history']) {
    await expect(page.locator(rest).filter({ visible: true }), `${rest} on paper`).toHaveCount(0);
  }
  await page.emulateMedia({ media: 'screen' });

  await context.setOffline(true);
  await expect(page.locator('[data-link=offline]').first()).toBeVisible();
  await expect(pass.locator('.qr')).toBeVisible();
  const drawn = (await pass.locator('.qr path').getAttribute('d')) ?? '';
  const saving = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Save it on this device' }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe(`pick-up-${parcel.reference}.svg`);
  const file = await saved.path();
  const words = readFileSync(file, 'utf8');
  for (const part of [parcel.reference, name, code, drawn]) expect(words).toContain(part);
  await context.setOffline(false);
  await live(page);
  await collect(server.url, code);
});
