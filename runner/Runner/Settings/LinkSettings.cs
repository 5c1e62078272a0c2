using Orleans.Hybrid.AppDoor;
using Orleans.Hybrid.Runner.Link;

namespace Orleans.Hybrid.Runner.Settings;

/// <summary>Reads how the runner and the control plane speak to each other: over HTTPS, or through gateways of a trusted network.</summary>
internal static class LinkSettings
{
    /// <summary>The gateways; null for HTTPS.</summary>
    public static RunnerGateways? Read(SettingSource source) => source["LINK"]?.ToLowerInvariant() switch
    {
        null or "https" => null,
        "grains" => new RunnerGateways(GatewayAddress.ParseList(source["GATEWAYS"]) ?? throw new BadSettingException(
            "GATEWAYS", $"{(source["GATEWAYS"] is null ? "is missing: with LINK=grains it " : "")}{GatewayAddress.Rule}.")),
        _ => throw new BadSettingException("LINK", "must be https or grains."),
    };
}
