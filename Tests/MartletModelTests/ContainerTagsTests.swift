import MartletModel
import Testing

struct ContainerTagsTests {
  @Test(arguments: [
    ("nginx", "image_name:nginx short_image:nginx image_tag:latest"),
    ("docker.io/library/nginx:1.27", "image_name:docker.io/library/nginx short_image:nginx image_tag:1.27"),
    ("localhost:5000/a/b", "image_name:localhost:5000/a/b short_image:b image_tag:latest"),
    ("localhost:5000/b:2-slim", "image_name:localhost:5000/b short_image:b image_tag:2-slim"),
    ("nginx@sha256:0123", "image_name:nginx short_image:nginx"),
    ("r.io/nginx:1@sha256:0123", "image_name:r.io/nginx short_image:nginx image_tag:1"),
    // No reference, and yet no trap.
    (":", "image_name: short_image: image_tag:"), ("/", "image_name:/ short_image: image_tag:latest"),
    ("@", "image_name: short_image:"), ("", ""),
  ])
  func `an image is told by its name, the end of that and its tag`(image: String, tags: String) {
    let container = Container(id: "0")
    container.describe(name: "", image: image)
    #expect(container.tags.joined(separator: " ") == tags)
  }

  @Test func `what is not known has no tag`() {
    let container = Container(id: "0")
    #expect(container.tags == [])
    container.describe(name: "web", image: "")
    #expect(container.tags == ["container_name:web"])
  }
}
