import { isIP } from 'node:net';
import { registerDecorator } from 'class-validator';

const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/');
  const most = isIP(address) === 6 ? 128 : 32;
  return isIP(address) > 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
};

/** Addresses or networks, separated by commas. */
export const IsNetworks = (): PropertyDecorator => (target, property) =>
  registerDecorator({
    name: 'isNetworks',
    target: target.constructor,
    propertyName: String(property),
    validator: {
      validate: (value: unknown) => typeof value === 'string' && value.split(',').every((text) => isNetwork(text.trim())),
      defaultMessage: () => 'must be addresses or networks, separated by commas, for example 10.0.0.0/8,127.0.0.1',
    },
  });
