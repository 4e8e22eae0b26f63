export { type Copy, type ImageConfig, copiedText } from './image-config.ts';
export { type SettingLookup, eitherImage, emptyImage, identity, publishedImage } from './published-image.ts';
