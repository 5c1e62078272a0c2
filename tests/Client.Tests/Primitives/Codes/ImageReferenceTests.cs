using OrleansHybrid.Primitives.Codes;

namespace OrleansHybrid.Client.Tests.Primitives.Codes;

public sealed class ImageReferenceTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("busybox", "docker.io/library/busybox", "latest")]
    [InlineData("iron/ruby:2.1", "docker.io/iron/ruby", "2.1")]
    [InlineData("docker.io/busybox", "docker.io/library/busybox", "latest")]
    [InlineData("index.docker.io/iron/ruby", "docker.io/iron/ruby", "latest")]
    [InlineData("docker.io.evil.test/busybox", "docker.io.evil.test/busybox", "latest")]
    [InlineData("library.evil/busybox", "library.evil/busybox", "latest")]
    [InlineData("sha256:0123456789ab", "docker.io/library/sha256", "0123456789ab")]
    [InlineData("0123456789ab", "docker.io/library/0123456789ab", "latest")]
    [InlineData("localhost:5000/a", "localhost:5000/a", "latest")]
    [InlineData("localhost:5000/a:b", "localhost:5000/a", "b")]
    [InlineData("Registry.Test/a__b/c-d.e:V_1.0-rc", "registry.test/a__b/c-d.e", "V_1.0-rc")]
    [InlineData("[::1]:5000/a", "[::1]:5000/a", "latest")]
    [InlineData("a@" + Digest, "docker.io/library/a", Digest)]
    [InlineData("a:1@" + Digest, "docker.io/library/a", Digest)]
    public void A_reference_has_a_name_and_a_version(string text, string name, string version)
    {
        Assert.True(ImageReference.TryParse(text, out var image));
        Assert.Equal((name, version), (image.Name, image.Version));
    }

    [Theory]
    [InlineData("Busybox")]
    [InlineData("-v")]
    [InlineData("--privileged")]
    [InlineData("a:b:c")]
    [InlineData("a:")]
    [InlineData("a@sha256:0123")]
    [InlineData("a b")]
    [InlineData(" a")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    [InlineData("a/../b")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a?x=y")]
    [InlineData("user:secret@registry.test/a")]
    [InlineData("https://registry.test/a")]
    public void Anything_else_is_none(string text) => Assert.False(ImageReference.TryParse(text, out _));

    [Theory]
    [InlineData("busybox", "docker.io")]
    [InlineData("busybox:1.36", "docker.io")]
    [InlineData("someone/image", "docker.io")]
    [InlineData("docker.io/library/busybox", "docker.io")]
    [InlineData("registry.example.com/image", "registry.example.com")]
    [InlineData("registry:5000/image:tag", "registry:5000")]
    [InlineData("localhost/image", "localhost")]
    [InlineData("Registry/image", "registry")]
    [InlineData("127.0.0.1:5000/a/b@" + Digest, "127.0.0.1:5000")]
    public void B3_the_login_is_that_of_the_registry_that_the_image_is_pulled_from(string image, string host)
    {
        Assert.Equal(host, ImageReference.GetHost(image));
        Assert.True(ImageReference.TryParse(image, out var read));
        Assert.StartsWith($"{host}/", read.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_has_at_most_255_characters()
    {
        Assert.True(ImageReference.TryParse(new string('a', 255), out _));
        Assert.False(ImageReference.TryParse(new string('a', 256), out _));
        Assert.False(ImageReference.TryParse(new string('a', 100_000), out _));
    }
}
