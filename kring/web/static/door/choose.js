// A device that once chose an entrance comes back to it, also when its cookie is gone.

const { resume } = document.body.dataset;
const location_ = localStorage.getItem("kring.door.location");
if (resume && location_) window.location.replace(`${resume}?location=${encodeURIComponent(location_)}`);
