import { chromium, type Page } from '@playwright/test';
import { expectAccessible } from '../support/accessibility';
import { Api, Parcel } from '../support/api';
import { film, picture } from '../support/door';
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
  nobodysCode,
  somebodyElse,
  toldAdmins,
} from '../support/office';
import { alone, expect, live, open, reload, signIn, test } from '../support/test';

/** A clerk types a code, and waits for what the server says of it: the desk may show the same words as before. */
async function tryOut(desk: Page, told: string): Promise<void> {
  const answered = desk.waitForResponse((response) => response.url().endsWith('/present-code'));
  await check(desk, told);
  await answered;
}

alone('a desk that tries too many codes is locked until an admin releases it', async ({
  page,
  browser,
  own,
  consoleErrors,
}) => {
  // Axe on the long page of an admin, in both schemes.
  test.slow();
  consoleErrors.expect(/409|422/);
  const parcel = await Parcel.loaded(own.url, CUSTOMER, COURIER, 'A chronometer');
  const { code } = await atTheOffice(own.url, CUSTOMER, parcel);
  const office = await clerksOffice(own.url);
  const { elsewhere, theirs: admin } = await somebodyElse(browser, own, ADMIN);
  await open(admin, '/admin');
  await live(admin);
  const settings = admin.locator('.case:has(.offices__form)').filter({ hasText: office.name });
  await expect(settings).toContainText('1 there or on their way');
  await expect(settings).not.toContainText('Locked');

  await signIn(page, CLERK);
  await open(page, '/desk');
  await live(page);
  const warning = page.getByRole('alert').filter({ hasText: 'Too many wrong codes. An admin has to look into it' });
  for (const left of [9, 8, 7, 6, 5, 4, 3, 2]) {
    await check(page, nobodysCode());
    await expect(page.getByText(`That code is not right: ${left} tries left.`)).toBeVisible();
  }
  await check(page, nobodysCode());
  await expect(page.getByText('That code is not right: 1 try left.')).toBeVisible();
  await expect(warning).toHaveCount(0);
  await expect(settings).not.toContainText('Locked');
  await check(page, nobodysCode());
  const refusal = page.getByText('Too many wrong codes: an admin has to look into it.');
  await expect(refusal).toBeVisible();
  await expect(warning).toBeVisible();
  await expectAccessible(page);

  // Not even the right one, nor after the page was opened again.
  await tryOut(page, code);
  await expect(refusal).toBeVisible();
  await reload(page);
  await expect(warning).toBeVisible();
  await tryOut(page, code);
  await expect(refusal).toBeVisible();
  await expect(page.locator('.presented')).toHaveCount(0);

  // The admin's page says so by itself, and the desk hears of the release by itself.
  await expect(settings).toContainText('Locked after too many wrong codes');
  await expectAccessible(admin);
  await live(page);
  await settings.getByRole('button', { name: 'Release the desk' }).click();
  await expect(settings).not.toContainText('Locked');
  await expect(warning).toHaveCount(0);
  await check(page, code);
  await expect(page.locator('.presented')).toContainText(parcel.reference);
  await handOver(page);
  await expect(page.getByText(`${parcel.reference} is handed over.`)).toBeVisible();

  const told = await toldAdmins(own.url, /released/);
  expect(told.slice(-2)).toEqual(['its desk is locked after too many wrong codes', 'its desk is released']);
  const [released] = own.database(`
    select people.name, events.actor_role
    from events join people on people.id = events.actor_id
    where events.type = 'post_office.changed' and events.data like '%released%'`);
  expect(released).toEqual(['Leena Mäkinen', 'admin']);
  await elsewhere.close();
});

alone('a parcel whose code is guessed is locked, and its recipient is told', async ({
  page,
  browser,
  own,
  consoleErrors,
}) => {
  test.slow();
  consoleErrors.expect(/409|422/);
  const parcel = await Parcel.loaded(own.url, CUSTOMER, COURIER, 'A strongbox');
  const { code } = await atTheOffice(own.url, CUSTOMER, parcel);
  const { theirs: customer } = await somebodyElse(browser, own, CUSTOMER);
  await open(customer, `/deliveries/${parcel.reference}`);
  await live(customer);
  const warning = customer.getByText('Too many wrong codes were tried for this parcel.');
  await expect(customer.locator('.pass')).toBeVisible();
  await expect(warning).toHaveCount(0);

  await signIn(page, CLERK);
  await open(page, '/desk');
  await live(page);
  const line = page.locator('.shelf__line').filter({ hasText: parcel.reference });
  await line.getByRole('button', { name: 'Check a code for it' }).click();
  await expect(page.getByText(`Only the code of ${parcel.reference} is taken now.`)).toBeVisible();
  for (let tries = 0; tries < 10; tries += 1) await tryOut(page, nobodysCode());
  await expect(line.locator('.shelf__locked')).toHaveText('locked');
  await expect(line.getByRole('button')).toHaveCount(0);
  await expect(warning).toBeVisible();
  await expectAccessible(customer);

  // The desk is released first: the parcel stays locked.
  const { theirs: admin } = await somebodyElse(browser, own, ADMIN);
  await open(admin, '/admin');
  await admin.getByRole('button', { name: 'Release the desk' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Too many wrong codes' })).toHaveCount(0);
  await tryOut(page, code);
  await expect(page.getByText('Too many wrong codes for this parcel: an admin has to look into it.')).toBeVisible();
  await expect(page.locator('.presented')).toHaveCount(0);
  await admin.getByLabel('Release a parcel').fill(parcel.reference);
  await admin.getByRole('button', { name: 'Release', exact: true }).click();
  await expect(warning).toHaveCount(0);
  await expect(line.locator('.shelf__locked')).toHaveCount(0);
  await check(page, code);
  await expect(page.locator('.presented')).toContainText(parcel.reference);
  await handOver(page);
  await expect(page.getByText(`${parcel.reference} is handed over.`)).toBeVisible();

  await customer.getByText('Everything that happened').click();
  const history = customer.locator('.history');
  await expect(history).toContainText('Too many wrong pick-up codes: locked');
  await expect(history).toContainText('Pick-up codes are taken again');
  expect(await toldAdmins(own.url, /released/)).toContain('its desk is locked after too many wrong codes');
});

alone('the daily count shows what is missing and what should not be there', async ({ page, browser, own }) => {
  const here = await Parcel.loaded(own.url, CUSTOMER, COURIER, 'A sundial');
  await atTheOffice(own.url, CUSTOMER, here);
  const missing = await Parcel.loaded(own.url, CUSTOMER, COURIER, 'An hourglass');
  await atTheOffice(own.url, CUSTOMER, missing);
  const found = await Parcel.loaded(own.url, CUSTOMER, COURIER, 'A water clock');

  await signIn(page, CLERK);
  await open(page, '/desk');
  await expect(page.locator('.shelf').first()).toContainText(missing.reference);
  await page.getByText('Daily count').click();
  const count = page.locator('details').filter({ hasText: 'Daily count' });
  const add = async (reference: string) => {
    await count.getByLabel('PL-…').fill(reference);
    await count.getByRole('button', { name: 'Add', exact: true }).click();
  };
  await add(here.reference);
  await expect(count.getByRole('status')).toHaveText('1 parcel counted');
  // As it is typed, and a second time.
  await add(here.reference.toLowerCase().replaceAll('-', ' '));
  await add(found.reference);
  await expect(count.getByRole('status')).toHaveText('2 parcels counted');
  await count.getByRole('button', { name: 'Compare' }).click();
  const result = count.locator('.shelf__result');
  await expect(result).toContainText('1 is where it should be');
  const differences = (title: string) => result.locator(`h3:text-is("${title}") + ul > li`);
  await expect(differences('Missing')).toHaveText([missing.reference]);
  await expect(differences('Should not be here')).toHaveText([found.reference]);
  await expectAccessible(page);

  const kept = "select counted, missing, unexpected from desk_counts order by time_ms";
  expect(own.database(kept)).toEqual([[2, missing.reference, found.reference]]);
  expect((await toldAdmins(own.url, /its count differs/)).at(-1)).toBe('its count differs: 1 missing, 1 unexpected');

  const { elsewhere, theirs: admin } = await somebodyElse(browser, own, ADMIN);
  await open(admin, '/admin');
  await expect(admin.locator('.case__facts--alert')).toContainText(
    `missing ${missing.reference} · should not be there ${found.reference}`,
  );
  await expectAccessible(admin);
  await elsewhere.close();

  // It had fallen behind the shelf, and the other was brought to where it belongs.
  await reload(page);
  await page.getByText('Daily count').click();
  await add(here.reference);
  await add(missing.reference);
  await count.getByRole('button', { name: 'Compare' }).click();
  await expect(result).toContainText('2 are where they should be');
  await expect(result.locator('li')).toHaveCount(0);
  expect(own.database(kept)).toEqual([[2, missing.reference, found.reference], [2, '', '']]);
});

alone('whoever changes what happened to a parcel breaks the seals of the log', async ({ own }) => {
  const parcel = await Parcel.loaded(own.url, CUSTOMER, COURIER, 'A logbook');
  const { code } = await atTheOffice(own.url, CUSTOMER, parcel);
  await collect(own.url, code);
  const customer = await Api.signIn(own.url, CUSTOMER);
  type Entry = { type: string; seq: number; hash: string };
  const timeline = await customer.done<Entry[]>('GET', `/deliveries/${parcel.reference}/timeline`);
  const collected = timeline.find(({ type }) => type === 'hold.collected');
  if (!collected) throw new Error('nobody collected it');
  await Parcel.emptyVans();
  await own.halt();

  const [[count]] = own.database('select count(*) from events') as [[number]];
  expect(own.verifyLog()).toEqual({ isWhole: true, said: `${count} events, every seal is whole\n` });
  // What its recipient reads is what is stored, each behind the one before.
  const stored = own.database(`
    select e.seq, e.hash from events e join events before on before.seq = e.seq - 1 and before.hash = e.previous_hash`);
  for (const { seq, hash } of timeline) expect(stored).toContainEqual([seq, hash]);

  const [[was]] = own.database(`select data from events where seq = ${collected.seq}`) as [[string]];
  const write = (data: string) =>
    own.database(`update events set data = '${data.replaceAll("'", "''")}' where seq = ${collected.seq}`);
  write(was.replace('Helsinki', 'Helsingfors'));
  const changed = own.verifyLog();
  expect(changed.isWhole).toBe(false);
  expect(changed.said).toContain(`event number ${collected.seq} was changed after it was written`);
  write(was);
  expect(own.verifyLog().isWhole).toBe(true);

  own.database(`delete from events where seq = ${collected.seq - 1}`);
  const cut = own.verifyLog();
  expect(cut.isWhole).toBe(false);
  expect(cut.said).toContain(`events are missing after number ${collected.seq - 2}`);
});

test('a clerk scans the pass with the camera that the browser gives', async ({ page, server }, info) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A camera obscura');
  await atTheOffice(server.url, CUSTOMER, parcel);
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  const pass = page.locator('.pass .qr');
  await expect(pass).toBeVisible();
  const file = info.outputPath('pass.y4m');
  await film(page, await picture(pass), file);

  // The camera is the browser's own affair: it has to be there when that starts.
  const { launchOptions, headless } = info.project.use;
  const browser = await chromium.launch({
    ...launchOptions,
    headless,
    args: [
      ...(launchOptions?.args ?? []),
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${file}`,
    ],
  });
  try {
    const { theirs: desk } = await somebodyElse(browser, server, CLERK);
    await open(desk, '/desk');
    await expect(desk.locator('.shelf').first()).toContainText(parcel.reference);
    await desk.getByRole('button', { name: 'Scan the pass' }).first().click();
    await expect(desk.locator('.presented')).toContainText(parcel.reference);
    await expect(desk.locator('.scanner')).toHaveCount(0);
    await handOver(desk);
    await expect(desk.getByText(`${parcel.reference} is handed over.`)).toBeVisible();
  } finally {
    await browser.close();
  }
});
