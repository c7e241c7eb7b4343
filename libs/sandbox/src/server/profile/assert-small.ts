import { PictureTooLarge } from '../../profile.errors.js';

export const LARGEST_PICTURE = 1024 * 1024;

/** The same picture. @throws PictureTooLarge */
export function assertSmall(image: Buffer): Buffer {
  if (image.length > LARGEST_PICTURE) throw new PictureTooLarge();
  return image;
}
