/* Photos open large: arrow keys, swiping and pinching, the words under the picture. Without this script a photo opens as a
   picture of its own. */
import PhotoSwipeLightbox from "../vendor/photoswipe-5.4.4/photoswipe-lightbox.esm.min.js";

const lightbox = new PhotoSwipeLightbox({
  gallery: "main",
  children: ".shots a",
  pswpModule: () => import("../vendor/photoswipe-5.4.4/photoswipe.esm.min.js"),
  bgOpacity: 0.96,
  padding: { top: 48, right: 0, bottom: 96, left: 0 }, // the words stand under the picture, not on it
  closeTitle: "关闭",
  zoomTitle: "放大",
  arrowPrevTitle: "上一张",
  arrowNextTitle: "下一张",
  indexIndicatorSep: " / ",
  errorMsg: "照片没有取到，可能已经撤下。",
});

lightbox.on("uiRegister", () => {
  lightbox.pswp.ui.registerElement({
    name: "words",
    className: "pswp__words",
    appendTo: "root",
    onInit: (element, pswp) => {
      element.setAttribute("aria-live", "polite");
      pswp.on("change", () => {
        const link = pswp.currSlide.data.element;
        const said = document.createElement("b");
        said.textContent = link.dataset.said;
        const of = document.createElement("span");
        of.textContent = link.dataset.of;
        element.replaceChildren(...(said.textContent ? [said] : []), of);
      });
    },
  });
});
lightbox.init();
