import { Api, type Parcel } from './api';

type Office = { id: string; name: string; space_left: number };

/** The post office at which the demo's clerk works. */
export async function clerksOffice(url: string): Promise<Office> {
  const clerk = await Api.signIn(url, 'clerk@demo.test');
  return (await clerk.done<{ office: Office }>('GET', '/desk')).office;
}

/** A parcel that lies at the clerk's office, and the code that collects it. */
export async function atTheOffice(url: string, customerEmail: string, parcel: Parcel): Promise<string> {
  const office = await clerksOffice(url);
  const customer = await Api.signIn(url, customerEmail);
  await parcel.step('out_for_delivery');
  await customer.done('POST', `/deliveries/${parcel.reference}/hold`, { post_office_id: office.id });
  await parcel.step('held');
  const held = await customer.done<{ pass: { code: string } }>('GET', `/deliveries/${parcel.reference}/hold`);
  return held.pass.code;
}
